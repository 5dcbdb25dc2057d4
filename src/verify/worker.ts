/** A worker thread of a verification: see crew.ts. */
import { serve } from '../workers/thread.ts';
import { VERIFY } from './crew.ts';

serve(VERIFY);
