import { ChangeDetectionStrategy, Component, computed, inject, output, signal } from '@angular/core';

import { Filters } from '../../core/filters';
import { Language } from '../../core/language';
import { Session } from '../../core/session';
import { CATEGORIES } from '../../core/taxonomy';
import { DraftStore } from '../../drafting/store';
import { Fault } from '../../ui/fault';
import { Icon } from '../../ui/icon';
import { Rows } from '../../ui/rows';
import { Spark } from '../../ui/spark';
import { State } from '../../ui/state';
import { Store } from './store';
import { WORDS } from './words';

/** The rules with how each fares: hits and their course, last hit, outcome, what the linter finds. */
@Component({
  selector: 'pb-rule-list',
  imports: [Fault, Icon, Rows, Spark, State],
  templateUrl: './rule-list.html',
  styleUrl: './rule-list.scss',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class RuleList {
  readonly begin = output();
  protected readonly store = inject(Store);
  protected readonly drafting = inject(DraftStore);
  protected readonly filters = inject(Filters);
  protected readonly session = inject(Session);
  protected readonly language = inject(Language);
  protected readonly words = this.language.words;
  protected readonly own = this.language.of(WORDS);
  protected readonly now = Date.now();
  protected readonly atMost = signal(200);
  protected readonly categories = computed(() =>
    CATEGORIES.map((name) => ({ name, text: this.words().categories[name] ?? name })).sort((one, other) =>
      one.text.localeCompare(other.text),
    ),
  );

  protected pick(name: string, event: Event): void {
    this.filters.set({ [name]: (event.target as HTMLSelectElement).value || null });
  }
}
