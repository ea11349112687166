import { ChangeDetectionStrategy, Component, computed, inject } from '@angular/core';

import { Filters } from '../../core/filters';
import { Language } from '../../core/language';
import { problemOf } from '../../core/problem';
import { Session } from '../../core/session';
import { CATEGORIES, FAULT_OF } from '../../core/taxonomy';
import { Toasting } from '../../core/toasting';
import { DraftStore } from '../../drafting/store';
import { Fault, hueOf } from '../../ui/fault';
import { Icon } from '../../ui/icon';
import { PatternField } from '../../ui/pattern-field';
import { Spanned } from '../../ui/spanned';
import { Store, Written } from './store';
import { WORDS } from './words';

const SHOWN = new Set(['match', 'unless', 'provider', 'code', 'stage', 'priority', 'examples', 'source']);

/** Form first; patterns with highlighting; below, examples as ticks and crosses and matches in real samples. */
@Component({
  selector: 'pb-rule-editor',
  imports: [Fault, Icon, PatternField, Spanned],
  templateUrl: './editor.html',
  styleUrl: './editor.scss',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class RuleEditor {
  private readonly toasting = inject(Toasting);
  private readonly filters = inject(Filters);
  protected readonly store = inject(Store);
  protected readonly drafting = inject(DraftStore);
  protected readonly session = inject(Session);
  protected readonly language = inject(Language);
  protected readonly words = this.language.words;
  protected readonly own = this.language.of(WORDS);
  protected readonly categories = CATEGORIES;
  protected readonly locked = computed(() => this.drafting.id() === null || !this.session.may('edit'));
  protected readonly hue = computed(() => {
    const category = this.store.written()?.category ?? '';
    return hueOf(category, FAULT_OF[category] ?? 'none');
  });
  protected readonly fields: { name: keyof Written; wide: boolean }[] = [
    { name: 'provider', wide: false },
    { name: 'code', wide: false },
    { name: 'stage', wide: false },
    { name: 'priority', wide: false },
  ];
  protected readonly changed = computed(() =>
    this.drafting.draft.value()?.changes.some((change) => change.name === this.store.chosen()),
  );

  protected faultOf(category: string): string {
    return FAULT_OF[category] ?? 'none';
  }

  protected mistakes(field: string) {
    return (this.store.tried()?.mistakes ?? []).filter((mistake) => mistake.field.split(/[.[]/)[0] === field);
  }

  /** Mistakes in what has no field of its own here. */
  protected readonly others = computed(() =>
    (this.store.tried()?.mistakes ?? []).filter((mistake) => !SHOWN.has(mistake.field.split(/[.[]/)[0] ?? '')),
  );

  protected write(field: keyof Written, event: Event): void {
    this.store.write(field, (event.target as HTMLInputElement).value);
  }

  protected async save(event: Event): Promise<void> {
    event.preventDefault();
    await this.tried(async () => {
      await this.store.save();
      this.toasting.show(this.own().saved);
    });
  }

  protected remove(restore: boolean): Promise<void> {
    const name = this.store.chosen() ?? '';
    return this.tried(async () => {
      await this.store.remove(name, restore);
      this.filters.set({ rule: null });
    });
  }

  private async tried(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      const problem = problemOf(error);
      if (problem.status === 412) {
        this.drafting.changed();
        this.toasting.problem(this.own().changedBySomebody);
      } else {
        this.toasting.problem(this.language.said(problem));
      }
    }
  }
}
