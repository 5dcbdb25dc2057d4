/** A worker thread that decides lines again: see crew.ts. */
import { serve } from '../workers/thread.ts';
import { WHATIF } from './crew.ts';

serve(WHATIF);
