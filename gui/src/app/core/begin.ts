import { Injectable, computed, effect, signal } from '@angular/core';

export const WAYS = ['file', 'webhook', 'mailbox', 'log', 'http'] as const;
export type Way = (typeof WAYS)[number];

/** What became of a file that was uploaded; counts are the server's. */
export interface Uploaded {
  name: string;
  fresh: number;
  duplicate: number;
  bad: number;
  /** The first pieces that could not be read, and why. */
  lines: { line: number; what: string }[];
  /** Why nothing of it, or not all, could be taken. */
  problem: string | null;
}

interface Kept {
  state: 'open' | 'asked' | 'dismissed' | 'done';
  step: number;
  way: Way | null;
}

const USUAL: Kept = { state: 'open', step: 0, way: null };
const MOST_FILES = 20;

/** How far the first steps have come, kept in this browser; what was uploaded, for this window. */
@Injectable({ providedIn: 'root' })
export class BeginState {
  private readonly kept = signal<Kept>(read(localStorage, 'begin', USUAL));
  readonly files = signal<readonly Uploaded[]>(read(sessionStorage, 'begin-files', []));
  readonly step = computed(() => this.kept().step);
  readonly way = computed(() => this.kept().way);
  readonly isDismissed = computed(() => ['dismissed', 'done'].includes(this.kept().state));
  /** Begun, and neither finished nor put away: it is shown although there is data. */
  readonly isUnderWay = computed(() => {
    const { state, step } = this.kept();
    return state === 'asked' || (state === 'open' && step > 0);
  });

  constructor() {
    effect(() => localStorage.setItem('begin', JSON.stringify(this.kept())));
    effect(() => sessionStorage.setItem('begin-files', JSON.stringify(this.files())));
  }

  choose(way: Way): void {
    this.kept.update(({ state }) => ({ state: state === 'asked' ? state : 'open', step: 1, way }));
  }

  go(step: number): void {
    this.kept.update((kept) => ({ ...kept, step: kept.way === null ? 0 : step }));
  }

  dismiss(): void {
    this.kept.update((kept) => ({ ...kept, state: 'dismissed' }));
  }

  /** Shown again where it was left; from the beginning once it was finished. */
  reopen(): void {
    const { state, step, way } = this.kept();
    this.kept.set(state === 'done' ? { ...USUAL, step: way ? 1 : 0, way } : { state: 'open', step, way });
  }

  /** Shown on the dashboard, whatever there is already. */
  again(): void {
    this.kept.update(({ step, way }) => ({ state: 'asked', step, way }));
  }

  finish(): void {
    this.kept.update((kept) => ({ ...kept, state: 'done' }));
    this.files.set([]);
  }

  add(file: Uploaded): void {
    this.files.update((files) => [file, ...files.filter((each) => each.name !== file.name)].slice(0, MOST_FILES));
  }
}

function read<T>(storage: Storage, name: string, usual: T): T {
  try {
    const found: unknown = JSON.parse(storage.getItem(name) ?? 'null');
    return found !== null && typeof found === 'object' ? (found as T) : usual;
  } catch {
    return usual;
  }
}
