import { signal } from '@angular/core';
import { TestBed } from '@angular/core/testing';

import { waiting } from '../core/busy';
import { load } from './load';

describe('load', () => {
  const settled = (): Promise<unknown> => new Promise((resolve) => setTimeout(resolve));

  it('loads again when what it reads changes, and an answer that comes too late is dropped', async () => {
    const wanted = signal('a');
    const answers = new Map<string, (value: string) => void>();
    const loaded = TestBed.runInInjectionContext(() =>
      load(() => {
        const name = wanted();
        return new Promise<string>((resolve) => answers.set(name, resolve));
      }),
    );
    TestBed.tick();
    wanted.set('b');
    TestBed.tick();
    expect(waiting()).toBe(2);
    answers.get('b')?.('second');
    await settled();
    answers.get('a')?.('first, late');
    await settled();
    expect(loaded.value()).toBe('second');
    expect(waiting()).toBe(0);
  });

  it('keeps the old value beside a problem', async () => {
    let fails = false;
    const loaded = TestBed.runInInjectionContext(() =>
      load(() => (fails ? Promise.reject(new Error('gone')) : Promise.resolve(1))),
    );
    TestBed.tick();
    await settled();
    fails = true;
    loaded.reload();
    TestBed.tick();
    await settled();
    expect(loaded.value()).toBe(1);
    expect(loaded.problem()?.detail).toBe('gone');
  });
});
