import { Look } from '../../ui/standing';

export type Doing = 'paused' | 'running' | 'asked' | 'failed' | 'late' | 'done' | 'never';

export const LOOKS: Record<Doing, Look> = {
  paused: 'still',
  running: 'busy',
  asked: 'busy',
  failed: 'bad',
  late: 'warning',
  done: 'good',
  never: 'still',
};

export const DOING_WORDS: Record<'en' | 'de', Record<Doing, string>> = {
  en: {
    paused: 'paused',
    running: 'runs',
    asked: 'begins',
    failed: 'failed',
    late: 'late',
    done: 'done',
    never: 'not run yet',
  },
  de: {
    paused: 'angehalten',
    running: 'läuft',
    asked: 'beginnt',
    failed: 'gescheitert',
    late: 'verspätet',
    done: 'fertig',
    never: 'noch nie gelaufen',
  },
};

interface Scheduled {
  paused: boolean;
  asked: boolean;
  late: boolean;
  last: { state: string } | null;
}

/** What something with a schedule does now, what somebody must act upon first. */
export function doing({ paused, asked, late, last }: Scheduled): Doing {
  if (last?.state === 'running') return 'running';
  if (asked) return 'asked';
  if (last?.state === 'failed') return 'failed';
  if (paused) return 'paused';
  if (late) return 'late';
  return last === null ? 'never' : 'done';
}

/** How a run ended, or that it has not. */
export function ended(state: string): Doing {
  return state === 'running' || state === 'failed' ? state : 'done';
}
