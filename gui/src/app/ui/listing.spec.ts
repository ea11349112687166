import { signal } from '@angular/core';
import { TestBed } from '@angular/core/testing';

import { Problem } from '../core/problem';
import { Language } from '../core/language';
import { Listing, Page } from './listing';

describe('pb-listing', () => {
  const stand = () => {
    TestBed.inject(Language).code.set('en');
    let reloaded = 0;
    const of = {
      value: signal<Page | null>(null),
      problem: signal<Problem | null>(null),
      loading: signal(true),
      reload: () => void reloaded++,
    };
    const fixture = TestBed.createComponent(Listing);
    fixture.componentRef.setInput('of', of);
    fixture.componentRef.setInput('empty', 'Nobody fits.');
    fixture.detectChanges();
    return { fixture, host: fixture.nativeElement as HTMLElement, of, reloads: () => reloaded };
  };

  it('shows the shape of what comes, then what to do where there is nothing', () => {
    const { fixture, host, of } = stand();
    expect(host.querySelector('[role=status]')?.getAttribute('aria-label')).toBe('Loading');
    of.value.set({ items: [] });
    fixture.detectChanges();
    expect(host.querySelector('[role=status]')).toBeNull();
    expect(host.textContent).toContain('Nobody fits.');
  });

  it('says what failed, and tries again', () => {
    const { fixture, host, of, reloads } = stand();
    of.problem.set({ status: 0, detail: '' });
    fixture.detectChanges();
    expect(host.querySelector('[role=alert]')?.textContent).toContain('The server does not answer');
    host.querySelector('button')?.click();
    expect(reloads()).toBe(1);
  });

  it('asks for more only where there is more', () => {
    const { fixture, host, of } = stand();
    const asked: unknown[] = [];
    fixture.componentInstance.more.subscribe((next) => asked.push(next));
    of.value.set({ items: [1], next: null });
    fixture.detectChanges();
    expect(host.querySelector('button')).toBeNull();
    of.value.set({ items: [1], next: 'c2' });
    fixture.detectChanges();
    host.querySelector('button')?.click();
    expect(asked).toEqual(['c2']);
  });
});
