import { HttpErrorResponse } from '@angular/common/http';
import { TestBed } from '@angular/core/testing';

import { Language } from '../core/language';
import { Toasting } from '../core/toasting';
import { Toasts } from './toasts';

describe('Toasts', () => {
  const stand = () => {
    TestBed.inject(Language).code.set('en');
    const fixture = TestBed.createComponent(Toasts);
    const host = fixture.nativeElement as HTMLElement;
    const button = (name: string): HTMLButtonElement | undefined =>
      [...host.querySelectorAll('button')].find(
        (each) => each.textContent?.trim() === name || each.getAttribute('aria-label') === name,
      );
    return { fixture, host, button, toasting: TestBed.inject(Toasting) };
  };

  it('takes back what was done, once, and goes', async () => {
    const { fixture, host, button, toasting } = stand();
    let undone = 0;
    toasting.show('Released.', () => void undone++);
    await fixture.whenStable();
    fixture.detectChanges();
    expect(host.textContent).toContain('Released.');
    button('Undo')?.click();
    fixture.detectChanges();
    expect(undone).toBe(1);
    expect(host.querySelectorAll('.toast')).toHaveLength(0);
  });

  it('does nothing twice where a button is pressed twice', async () => {
    const { toasting } = stand();
    const button = document.body.appendChild(document.createElement('button'));
    button.focus();
    let done = 0;
    let finish = (): void => undefined;
    const work = () => new Promise<void>((resolve) => (done++, (finish = resolve)));
    const first = toasting.attempt(work);
    expect(await toasting.attempt(work)).toBe(false);
    finish();
    expect(await first).toBe(true);
    expect(done).toBe(1);
    const second = toasting.attempt(work);
    finish();
    expect(await second).toBe(true);
    button.remove();
  });

  it('keeps who was signed out where they are, with a way to the door', async () => {
    const { fixture, host, toasting } = stand();
    await toasting.attempt(() => Promise.reject(new HttpErrorResponse({ status: 401 })));
    fixture.detectChanges();
    expect(host.textContent).toContain('stays here');
    expect(host.querySelector('a')?.getAttribute('href')).toBe('/sign-in');
  });

  it('does what was put off when its message goes, and not where it was undone', () => {
    const { fixture, button, toasting } = stand();
    const done: string[] = [];
    const putOff = (name: string) =>
      toasting.putOff(
        name,
        () => done.push(name),
        () => done.push(`not ${name}`),
      );
    putOff('one');
    fixture.detectChanges();
    button('Undo')?.click();
    putOff('two');
    fixture.detectChanges();
    button('Close')?.click();
    putOff('three');
    expect(done).toEqual(['not one', 'two']);
    for (const text of ['a', 'b', 'c']) toasting.show(text);
    expect(done).toEqual(['not one', 'two', 'three']);
  });

  it('offers no undo where nothing can be taken back', () => {
    const { fixture, button, toasting } = stand();
    toasting.show('Written.');
    fixture.detectChanges();
    expect(button('Undo')).toBeUndefined();
    button('Close')?.click();
    expect(toasting.toasts()).toEqual([]);
  });

  it('shows three at most, and says what failed', async () => {
    const { fixture, host, toasting } = stand();
    for (const text of ['one', 'two', 'three']) toasting.show(text);
    const done = await toasting.attempt(() =>
      Promise.reject(new HttpErrorResponse({ status: 409, error: { detail: 'Somebody was faster.' } })),
    );
    fixture.detectChanges();
    expect(done).toBe(false);
    expect([...host.querySelectorAll('.toast span')].map((each) => each.textContent)).toEqual([
      'two',
      'three',
      'Somebody was faster.',
    ]);
    expect(host.querySelectorAll('.toast.problem')).toHaveLength(1);
  });

  it('says what to do where the server is not reached', async () => {
    const { toasting } = stand();
    await toasting.attempt(() => Promise.reject(new HttpErrorResponse({ status: 0 })));
    expect(toasting.toasts()[0]?.text).toContain('Check that it runs');
  });
});
