import { provideHttpClient } from '@angular/common/http';
import { TestBed } from '@angular/core/testing';
import { Router, provideRouter } from '@angular/router';

import { Appearance } from '../core/appearance';
import { Language } from '../core/language';
import { Session } from '../core/session';
import { Palette } from './palette';

describe('pb-palette', () => {
  const stand = () => {
    // jsdom knows dialogs, but cannot open them.
    HTMLDialogElement.prototype.showModal ??= function (this: HTMLDialogElement) {
      this.open = true;
    };
    HTMLDialogElement.prototype.close ??= function (this: HTMLDialogElement) {
      this.open = false;
    };
    Element.prototype.scrollIntoView ??= () => undefined;
    TestBed.configureTestingModule({
      providers: [
        provideHttpClient(),
        provideRouter([{ path: '**', children: [] }]),
        { provide: Session, useValue: { may: (scope: string) => scope === 'read' } },
      ],
    });
    TestBed.inject(Language).code.set('en');
    const fixture = TestBed.createComponent(Palette);
    fixture.detectChanges();
    const host = fixture.nativeElement as HTMLElement;
    const input = host.querySelector('input') as HTMLInputElement;
    const names = (): string[] => [...host.querySelectorAll('li')].map((each) => each.textContent?.trim() ?? '');
    const write = (text: string): void => {
      input.value = text;
      input.dispatchEvent(new Event('input'));
      fixture.detectChanges();
    };
    const press = (key: string): void => {
      input.dispatchEvent(new KeyboardEvent('keydown', { key }));
      fixture.detectChanges();
    };
    fixture.componentInstance.open();
    fixture.detectChanges();
    return { fixture, host, input, names, write, press };
  };
  const settled = (): Promise<unknown> => new Promise((resolve) => setTimeout(resolve));

  it('lists pages that the user may see, and narrows them down', () => {
    const { names, write } = stand();
    expect(names()).toContain('Go to Rules');
    expect(names()).not.toContain('Go to Integrations');
    write('rul');
    expect(names()[0]).toBe('Go to Rules');
  });

  it('goes where the marked command leads, with arrows and Enter', async () => {
    const { write, press, host } = stand();
    write('go to');
    press('ArrowDown');
    expect(host.querySelector('[aria-selected=true]')?.textContent).toContain('Responses');
    press('Enter');
    await settled();
    expect(TestBed.inject(Router).url).toBe('/responses');
  });

  it('offers to look for whatever is written', async () => {
    const { names, write, press } = stand();
    write('ann@example.com');
    expect(names()).toEqual(['The story of ann@example.com', 'Responses with “ann@example.com”']);
    press('Enter');
    await settled();
    expect(TestBed.inject(Router).url).toBe('/recipients?address=ann@example.com');
  });

  it('changes language and theme', () => {
    const { write, press } = stand();
    write('theme: dark');
    press('Enter');
    expect(TestBed.inject(Appearance).theme()).toBe('dark');
    write('deutsch');
    press('Enter');
    expect(TestBed.inject(Language).code()).toBe('de');
  });
});
