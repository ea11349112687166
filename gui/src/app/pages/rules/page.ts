import { ChangeDetectionStrategy, Component, effect, inject, signal, untracked } from '@angular/core';

import { Api } from '../../../api/api';
import { exportVersion } from '../../../api/functions';
import { RuleShown } from '../../../api/models';
import { Filters } from '../../core/filters';
import { Language } from '../../core/language';
import { Session } from '../../core/session';
import { CATEGORIES, FAULT_OF } from '../../core/taxonomy';
import { DraftBar } from '../../drafting/bar';
import { Effect } from '../../drafting/effect';
import { DraftStore } from '../../drafting/store';
import { Versions } from '../../drafting/versions';
import { download } from '../../ui/csv';
import { Fault } from '../../ui/fault';
import { Icon } from '../../ui/icon';
import { Rows } from '../../ui/rows';
import { State } from '../../ui/state';
import { RuleEditor } from './editor';
import { Store } from './store';
import { WORDS } from './words';

/** The workbench: list, editor, effect. Drafts are replayed, reviewed, published and rolled back. */
@Component({
  selector: 'pb-rules',
  imports: [DraftBar, Effect, Fault, Icon, RuleEditor, Rows, State, Versions],
  providers: [DraftStore, Store],
  templateUrl: './page.html',
  styleUrl: './page.scss',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class Page {
  private readonly api = inject(Api);
  protected readonly store = inject(Store);
  protected readonly drafting = inject(DraftStore);
  protected readonly filters = inject(Filters);
  protected readonly session = inject(Session);
  protected readonly language = inject(Language);
  protected readonly words = this.language.words;
  protected readonly own = this.language.of(WORDS);
  protected readonly categories = CATEGORIES;
  protected readonly withVersions = signal(false);
  protected readonly shownAtMost = signal(200);

  constructor() {
    this.drafting.subject.set('rules');
    effect(() => {
      const rule = this.store.rule();
      const chosen = this.store.chosen();
      untracked(() => {
        if (rule !== null) {
          this.store.open(rule);
        } else if (chosen === null) {
          this.store.close();
        }
      });
    });
  }

  protected faultOf(rule: RuleShown): string {
    return FAULT_OF[rule.category] ?? 'none';
  }

  protected pick(name: string, event: Event): void {
    this.filters.set({ [name]: (event.target as HTMLSelectElement).value || null });
  }

  protected begin(): void {
    this.filters.set({ rule: null });
    setTimeout(() => this.store.open(null));
  }

  protected async save(): Promise<void> {
    const text = await this.api.invoke(exportVersion, { subject: 'rules', of: this.drafting.of(), own: true });
    download('rules.toml', String(text), 'application/toml');
  }
}
