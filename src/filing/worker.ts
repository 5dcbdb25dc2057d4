/** A worker thread that writes documents: see crew.ts. */
import { serve } from '../workers/thread.ts';
import { FILING } from './crew.ts';

serve(FILING);
