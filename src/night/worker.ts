/** A worker thread of a night: see crew.ts. */
import { serve } from '../workers/thread.ts';
import { NIGHT } from './crew.ts';

serve(NIGHT);
