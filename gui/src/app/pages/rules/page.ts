import { ChangeDetectionStrategy, Component, effect, inject, signal, untracked } from '@angular/core';

import { Api } from '../../../api/api';
import { exportVersion } from '../../../api/functions';
import { Filters } from '../../core/filters';
import { Language } from '../../core/language';
import { Session } from '../../core/session';
import { DraftBar } from '../../drafting/bar';
import { Effect } from '../../drafting/effect';
import { DraftStore } from '../../drafting/store';
import { Versions } from '../../drafting/versions';
import { download } from '../../ui/csv';
import { Icon } from '../../ui/icon';
import { RuleEditor } from './editor';
import { RuleList } from './rule-list';
import { Store } from './store';
import { WORDS } from './words';

/** The workbench: list, editor, effect. Drafts are replayed, reviewed, published and rolled back. */
@Component({
  selector: 'pb-rules',
  imports: [DraftBar, Effect, Icon, RuleEditor, RuleList, Versions],
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
  protected readonly withVersions = signal(false);

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

  protected begin(): void {
    this.filters.set({ rule: null });
    setTimeout(() => this.store.open(null));
  }

  protected leave(): void {
    this.store.close();
    this.filters.set({ rule: null });
  }

  protected async save(): Promise<void> {
    const text = await this.api.invoke(exportVersion, { subject: 'rules', of: this.drafting.of(), own: true });
    download('rules.toml', String(text), 'application/toml');
  }
}
