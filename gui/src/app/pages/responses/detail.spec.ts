import { provideHttpClient } from '@angular/common/http';
import { signal } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { provideRouter } from '@angular/router';

import { Language } from '../../core/language';
import { ResponseDetail } from './detail';
import { ResponsesStore } from './store';

const FOUND = {
  sentence: 'The mailbox does not exist.',
  advice: null,
  matched: 'User unknown',
  matches: [],
  by_code: null,
  judged_now: 'unknown_recipient',
  page: null,
  response: {
    key: '1',
    category: 'unknown_recipient',
    fault: 'recipient',
    permanent: true,
    decided_by: 'rule',
    rule: 'user-unknown',
    text: '550 <{address}> User unknown',
    template: 'abc',
    time: '2026-01-05T08:00:00Z',
    outcome: 'bounced',
    address: 'ann@example.com',
  },
};

describe('pb-response-detail', () => {
  const shown = (more: object): HTMLElement => {
    TestBed.configureTestingModule({
      providers: [
        provideHttpClient(),
        provideRouter([]),
        {
          provide: ResponsesStore,
          useValue: { detail: { value: signal({ ...FOUND, ...more }), problem: signal(null) }, show: () => undefined },
        },
      ],
    });
    TestBed.inject(Language).code.set('en');
    const fixture = TestBed.createComponent(ResponseDetail);
    fixture.detectChanges();
    return fixture.nativeElement as HTMLElement;
  };

  it('shows the text as it came, and marks what decided', () => {
    const host = shown({ raw: '550 <ann@example.com> User unknown', raw_is: 'shown' });
    expect(host.querySelector('.source')?.textContent).toContain('550 <ann@example.com> User unknown');
    expect(host.querySelector('mark')?.textContent).toBe('User unknown');
  });

  it('shows viewers the masked text, and says why', () => {
    const host = shown({ raw: null, raw_is: 'not allowed' });
    expect(host.querySelector('.source')?.textContent).toContain('<{address}>');
    expect(host.textContent).toContain('Viewers see responses masked');
  });
});
