import { signal } from '@angular/core';
import { TestBed } from '@angular/core/testing';

import { Language } from '../core/language';
import { Session } from '../core/session';
import { DraftBar } from './bar';
import { DraftStore } from './store';

const DRAFT = {
  id: 'd1',
  title: 'house rules',
  subject: 'rules',
  state: 'open',
  revision: 3,
  authors: ['ada'],
  reviewer: null,
  remark: null,
  changes: [{ name: 'house-rule', change: 'added' }],
  conflicts: [] as string[],
  newer_base: false,
};

interface Standing {
  draft?: Partial<Omit<typeof DRAFT, 'reviewer'>> & { reviewer?: string | null };
  who?: string;
  scopes?: string[];
  fourEyes?: boolean;
  failing?: object[];
  replayed?: object | null;
  busy?: boolean;
}

describe('pb-draft-bar', () => {
  const shown = (standing: Standing): HTMLElement => {
    const scopes = standing.scopes ?? ['edit', 'publish'];
    const store = {
      id: signal('d1'),
      draft: { value: signal({ ...DRAFT, ...standing.draft }) },
      drafts: { value: signal([DRAFT]) },
      findings: { value: signal([]) },
      failing: { value: signal(standing.failing ?? []) },
      fourEyes: { value: signal({ four_eyes: standing.fourEyes ?? false }) },
      replayed: signal(standing.replayed ?? null),
      isFresh: signal(standing.replayed !== undefined),
      busy: signal(standing.busy ?? false),
      ...Object.fromEntries(['replay', 'cancel', 'review', 'renew'].map((name) => [name, () => Promise.resolve()])),
    };
    TestBed.configureTestingModule({
      providers: [
        { provide: DraftStore, useValue: store },
        {
          provide: Session,
          useValue: { may: (scope: string) => scopes.includes(scope), user: signal({ name: standing.who ?? 'ada' }) },
        },
      ],
    });
    TestBed.inject(Language).code.set('en');
    const fixture = TestBed.createComponent(DraftBar);
    fixture.detectChanges();
    return fixture.nativeElement as HTMLElement;
  };
  const buttons = (host: HTMLElement): string[] =>
    [...host.querySelectorAll('.state button')].map((each) => each.textContent?.trim() ?? '');
  const publish = (host: HTMLElement): HTMLButtonElement | null => host.querySelector('button.danger');

  it('offers every step to who may publish, and says what an open draft is', () => {
    const host = shown({});
    expect(host.querySelector('.state .tag')?.textContent).toBe('open');
    expect(buttons(host)).toEqual(['Discard', 'Replay', 'Ask for review', 'Publish']);
    expect(publish(host)?.disabled).toBe(false);
  });

  it('lets an editor do everything but publish', () => {
    expect(buttons(shown({ scopes: ['edit'] }))).toEqual(['Discard', 'Replay', 'Ask for review']);
  });

  it('lets a viewer change nothing', () => {
    const host = shown({ scopes: ['read'] });
    expect(buttons(host)).toEqual([]);
    expect(host.textContent).toContain('house rules');
  });

  it('in review is judged by a second person, not by who has written it', () => {
    const review = { state: 'review' };
    expect(buttons(shown({ draft: review, fourEyes: true }))).toEqual(['Discard', 'Replay', 'Publish']);
    TestBed.resetTestingModule();
    const host = shown({ draft: review, fourEyes: true, who: 'ben' });
    expect(buttons(host)).toEqual(['Discard', 'Replay', 'Reject', 'Approve', 'Publish']);
    expect(publish(host)?.disabled).toBe(true);
  });

  it('is published after approval where four eyes are asked for', () => {
    const host = shown({ draft: { state: 'approved', reviewer: 'ben' }, fourEyes: true });
    expect(publish(host)?.disabled).toBe(false);
    expect(host.textContent).toContain('reviewed by ben');
    TestBed.resetTestingModule();
    expect(publish(shown({ draft: { state: 'rejected' }, fourEyes: true }))?.disabled).toBe(true);
  });

  it('is not published while an example fails, or nothing is changed', () => {
    expect(publish(shown({ failing: [{ text: '550 x' }] }))?.disabled).toBe(true);
    TestBed.resetTestingModule();
    expect(publish(shown({ draft: { changes: [] } }))?.disabled).toBe(true);
  });

  it('repeats on the button how many verdicts change', () => {
    const host = shown({ replayed: { verdicts: { moved: 1234 } } });
    expect(publish(host)?.textContent?.trim()).toBe('Publish (1,234 verdicts change)');
  });

  it('offers to cancel while it is replayed', () => {
    expect(buttons(shown({ busy: true }))).toEqual(['Discard', 'Cancel', 'Ask for review', 'Publish']);
  });

  it('says whose changes are in the way, and what to do', () => {
    const host = shown({ draft: { conflicts: ['house-rule'] } });
    expect(host.querySelector('[role=alert]')?.textContent).toContain('house-rule');
    expect(host.querySelector('[role=alert] button')?.textContent?.trim()).toBe('Begin from what is in force');
  });
});
