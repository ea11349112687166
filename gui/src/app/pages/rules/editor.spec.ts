import { signal } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { provideRouter } from '@angular/router';

import { Language } from '../../core/language';
import { Session } from '../../core/session';
import { DraftStore } from '../../drafting/store';
import { RuleEditor } from './editor';
import { EMPTY, Store } from './store';

const TEXT = '550 5.2.2 mailbox of somebody is full';
const PASSED = {
  text: TEXT,
  normalised: TEXT,
  counter: false,
  passed: true,
  category: 'mailbox_full',
  winner: 'full',
  spans: [{ begin: 10, end: 17 }],
};
const TRIED = { mistakes: [] as object[], examples: [PASSED] as object[], hits: [], templates: 0, failures: 0 };

describe('pb-rule-editor', () => {
  const shown = (tried: Partial<typeof TRIED>, id: string | null = 'd1') => {
    const written: [string, string][] = [];
    TestBed.configureTestingModule({
      providers: [
        provideRouter([]),
        { provide: DraftStore, useValue: { id: signal(id), draft: { value: signal({ changes: [] }) } } },
        { provide: Session, useValue: { may: () => true } },
        {
          provide: Store,
          useValue: {
            written: signal({ ...EMPTY, name: 'full', category: 'mailbox_full', match: 'mailbox' }),
            rule: signal(null),
            chosen: signal('full'),
            tried: signal({ ...TRIED, ...tried }),
            write: (field: string, value: string) => written.push([field, value]),
          },
        },
      ],
    });
    TestBed.inject(Language).code.set('en');
    const fixture = TestBed.createComponent(RuleEditor);
    fixture.detectChanges();
    return { host: fixture.nativeElement as HTMLElement, written };
  };
  const save = (host: HTMLElement): HTMLButtonElement | null => host.querySelector('button.primary');

  it('shows a passed example with a tick and its match marked', () => {
    const { host } = shown({});
    const line = host.querySelector('.examples li');
    expect(line?.classList.contains('failed')).toBe(false);
    expect(line?.querySelector('mark')?.textContent).toBe('mailbox');
    expect(save(host)?.disabled).toBe(false);
  });

  it('shows a failed example with a cross, and who decides it and as what', () => {
    const failed = { ...PASSED, passed: false, category: 'policy', winner: 'house-rule', spans: [] };
    const { host } = shown({ examples: [PASSED, failed] });
    const lines = [...host.querySelectorAll('.examples li')];
    expect(lines.map((line) => line.classList.contains('failed'))).toEqual([false, true]);
    expect(lines[1]?.textContent).toContain('Policy');
    expect(lines[1]?.textContent).toContain('house-rule');
    const drawn = lines.map((line) => line.querySelector('pb-icon')?.innerHTML);
    expect(drawn[0]).not.toBe(drawn[1]);
  });

  it('says beside its field what is wrong, with the column, and does not save', () => {
    const { host } = shown({
      mistakes: [
        { field: 'match[0]', text: 'a bracket is not closed', column: 7 },
        { field: 'code', text: 'no reply code' },
        { field: 'advice.en', text: 'too long' },
      ],
    });
    const match = [...host.querySelectorAll('.field')].find((each) => each.querySelector('pb-pattern-field'));
    expect(match?.querySelector('[role=alert]')?.textContent).toContain('a bracket is not closed');
    expect(match?.querySelector('[role=alert]')?.textContent).toContain('7');
    const code = [...host.querySelectorAll('.four .field')].map((each) => each.querySelector('.error')?.textContent);
    expect(code).toEqual([undefined, 'no reply code', undefined, undefined]);
    expect(host.querySelector('p.error')?.textContent).toBe('advice.en: too long');
    expect(save(host)?.disabled).toBe(true);
  });

  it('tells the store what is written, field by field', () => {
    const { host, written } = shown({});
    const examples = host.querySelector('textarea');
    if (examples) examples.value = TEXT;
    examples?.dispatchEvent(new Event('input'));
    expect(written).toEqual([['examples', TEXT]]);
  });

  it('is only read where there is no draft', () => {
    const { host } = shown({}, null);
    expect(host.querySelector<HTMLInputElement>('input')?.readOnly).toBe(true);
    expect(host.querySelector<HTMLSelectElement>('select')?.disabled).toBe(true);
    expect(save(host)).toBeNull();
  });
});
