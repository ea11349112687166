import { TestBed } from '@angular/core/testing';
import { provideRouter } from '@angular/router';

import { Api } from '../../api/api';
import { cancelReplay, readReplay, replayDraft } from '../../api/functions';
import { Filters } from '../core/filters';
import { DraftStore } from './store';

const STATUSES = { touched: 200_000, looked_at: 5000, exact: false, flows: [], by_provider: {} };
const RUNNING = {
  id: 'r1',
  draft: 'd1',
  revision: 1,
  subject: 'policy',
  state: 'running',
  statuses: STATUSES,
  judged: 0,
};

describe('a replay', () => {
  afterEach(() => vi.useRealTimers());

  const stand = (answers: Map<unknown, () => unknown>) => {
    vi.useFakeTimers();
    const asked: unknown[] = [];
    const invoke = (what: unknown): Promise<unknown> => {
      asked.push(what);
      return Promise.resolve(answers.get(what)?.() ?? null);
    };
    TestBed.configureTestingModule({
      providers: [
        DraftStore,
        provideRouter([]),
        { provide: Api, useValue: { invoke } },
        { provide: Filters, useValue: { all: () => ({ draft: 'd1' }), set: () => undefined } },
      ],
    });
    const count = (what: unknown): number => asked.filter((each) => each === what).length;
    return { store: TestBed.inject(DraftStore), count };
  };

  it('tells how far the exact count is, and ends with it', async () => {
    const later = [
      { ...RUNNING, judged: 50_000 },
      { ...RUNNING, state: 'done', judged: 200_000 },
    ];
    const { store, count } = stand(
      new Map<unknown, () => unknown>([
        [replayDraft, () => RUNNING],
        [readReplay, () => later.shift()],
      ]),
    );
    const replaying = store.replay();
    await vi.advanceTimersByTimeAsync(0);
    expect([store.busy(), store.progress()]).toEqual([true, 0]);
    await vi.advanceTimersByTimeAsync(700);
    expect(store.progress()).toBe(0.25);
    await vi.advanceTimersByTimeAsync(700);
    await replaying;
    expect([store.busy(), store.progress(), store.replayed()?.state]).toEqual([false, null, 'done']);
    expect(count(cancelReplay)).toBe(0);
  });

  it('is ended at the server as well, and keeps what was told', async () => {
    const { store, count } = stand(
      new Map<unknown, () => unknown>([
        [replayDraft, () => RUNNING],
        [readReplay, () => RUNNING],
        [cancelReplay, () => ({ ...RUNNING, state: 'cancelled' })],
      ]),
    );
    const replaying = store.replay();
    await vi.advanceTimersByTimeAsync(800);
    await store.cancel();
    await vi.advanceTimersByTimeAsync(5000);
    await replaying;
    expect([store.busy(), store.replayed()?.state, count(cancelReplay)]).toEqual([false, 'cancelled', 1]);
    expect(store.replayed()?.statuses?.touched).toBe(200_000);
    expect(count(readReplay)).toBe(1);
  });

  it('that is cancelled before its first answer is ended when that comes', async () => {
    let answer: (found: unknown) => void = () => undefined;
    const first = new Promise((resolve) => (answer = resolve));
    const { store, count } = stand(new Map<unknown, () => unknown>([[replayDraft, () => first]]));
    const replaying = store.replay();
    await store.cancel();
    answer(RUNNING);
    await replaying;
    expect([store.busy(), store.replayed(), count(cancelReplay)]).toEqual([false, null, 1]);
  });

  it('ends when its page is left', async () => {
    const { store, count } = stand(
      new Map<unknown, () => unknown>([
        [replayDraft, () => RUNNING],
        [readReplay, () => RUNNING],
        [cancelReplay, () => ({ ...RUNNING, state: 'cancelled' })],
      ]),
    );
    const replaying = store.replay();
    await vi.advanceTimersByTimeAsync(10);
    TestBed.resetTestingModule();
    await vi.advanceTimersByTimeAsync(5000);
    await replaying;
    expect(store.replayed()?.state).toBe('cancelled');
    expect(count(cancelReplay)).toBe(1);
  });
});
