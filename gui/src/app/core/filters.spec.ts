import { provideZonelessChangeDetection } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { Router, provideRouter } from '@angular/router';

import { Filters } from './filters';

describe('Filters', () => {
  const at = async (url: string): Promise<Filters> => {
    TestBed.configureTestingModule({
      providers: [provideZonelessChangeDetection(), provideRouter([{ path: '**', children: [] }])],
    });
    const filters = TestBed.inject(Filters);
    await TestBed.inject(Router).navigateByUrl(url);
    return filters;
  };
  const settled = (): Promise<unknown> => new Promise((resolve) => setTimeout(resolve));
  const address = (): string => TestBed.inject(Router).url;

  it('reads what is looked at from the address', async () => {
    const filters = await at('/responses?range=30d&stream=news&provider=gmx&campaign=spring');
    expect(filters.value()).toEqual({
      range: '30d',
      since: null,
      until: null,
      stream: 'news',
      provider: 'gmx',
      campaign: 'spring',
    });
  });

  it('looks at seven days where the address says nothing, or nonsense', async () => {
    expect((await at('/responses?range=soon')).value().range).toBe('7d');
  });

  it('ends a time with the hour, so that what was fetched can be used again', async () => {
    const filters = await at('/responses?range=24h');
    const now = Date.parse('2026-01-05T10:20:30Z');
    expect(filters.period(now)).toEqual({
      since: '2026-01-04T11:00:00.000Z',
      until: '2026-01-05T11:00:00.000Z',
      before: '2026-01-03T11:00:00.000Z',
      seconds: 86_400,
    });
  });

  it('takes an own time from the address, and the time of the same length before it', async () => {
    const filters = await at('/dashboard?since=2026-01-05T00:00:00Z&until=2026-01-05T06:00:00Z');
    expect(filters.value().range).toBe('custom');
    expect(filters.period().seconds).toBe(6 * 3600);
    expect(filters.period().before).toBe('2026-01-04T18:00:00.000Z');
  });

  it('puts changes made in one go into one navigation, and keeps the rest', async () => {
    const filters = await at('/responses?stream=news');
    filters.set({ category: 'mailbox_full' });
    filters.set({ provider: 'gmx' });
    await settled();
    expect(address()).toBe('/responses?stream=news&category=mailbox_full&provider=gmx');
    filters.set({ category: null });
    await settled();
    expect(address()).toBe('/responses?stream=news&provider=gmx');
  });

  it('drops the own time where a range is chosen', async () => {
    const filters = await at('/responses?since=2026-01-05T00:00:00Z&until=2026-01-06T00:00:00Z');
    filters.setRange('24h');
    await settled();
    expect(address()).toBe('/responses?range=24h');
  });
});
