import { ChangeDetectionStrategy, Component, computed, inject, signal } from '@angular/core';

import { Api } from '../../../api/api';
import { changeRetention, retention } from '../../../api/functions';
import { KeptShown } from '../../../api/models';
import { Language } from '../../core/language';
import { Session } from '../../core/session';
import { Toasting } from '../../core/toasting';
import { Figure, Table } from '../../ui/figure';
import { Icon } from '../../ui/icon';
import { Listing } from '../../ui/listing';
import { load } from '../../ui/load';
import { KEPT_WORDS } from './retention-words';
import { WORDS } from './words';

/** What is stored for how long, field by field, and how much of it is there; some of it can be chosen. */
@Component({
  selector: 'pb-retention',
  imports: [Figure, Icon, Listing],
  templateUrl: './retention.html',
  styleUrl: './parts.scss',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class Retention {
  private readonly api = inject(Api);
  private readonly toasting = inject(Toasting);
  private readonly session = inject(Session);
  protected readonly language = inject(Language);
  protected readonly own = this.language.of(WORDS);
  protected readonly kept = this.language.of(KEPT_WORDS);
  protected readonly found = load(() => this.api.invoke(retention));
  protected readonly mayChange = computed(() => this.session.may('admin'));
  /** What was typed and is not saved yet, by name. */
  protected readonly typed = signal<Record<string, string>>({});
  protected readonly isTouched = computed(() => Object.keys(this.typed()).length > 0);

  protected readonly table = computed<Table>(() => {
    const kept = this.kept();
    return {
      columns: [kept.what, kept.fieldsColumn, kept.personal, kept.days, kept.count, kept.oldest],
      rows: (this.found.value()?.items ?? []).map((each) => [
        kept.kinds[each.name]?.[0] ?? each.name,
        this.fieldsOf(each),
        each.personal ? kept.yes : kept.no,
        this.timeOf(each.days, each.personal),
        each.count,
        each.oldest,
      ]),
    };
  });

  protected fieldsOf({ fields }: KeptShown): string {
    return fields.map((field) => this.kept().fields[field] ?? field).join(', ');
  }

  protected timeOf(days: number | null, personal: boolean): string {
    const kept = this.kept();
    return days === null ? (personal ? kept.untilErased : kept.noEnd) : kept.daysOf(this.language.number(days));
  }

  protected type(name: string, text: string): void {
    this.typed.update((all) => ({ ...all, [name]: text }));
  }

  protected save(event: Event): Promise<void> {
    event.preventDefault();
    const before: Record<string, number | null> = {};
    const values: Record<string, number | null> = {};
    for (const each of this.found.value()?.items ?? []) {
      const text = this.typed()[each.name];
      if (text === undefined) continue;
      before[each.name] = each.days;
      values[each.name] = text.trim() === '' ? null : Number(text);
    }
    return this.change(values, before);
  }

  private async change(
    values: Record<string, number | null>,
    before: Record<string, number | null> | null,
  ): Promise<void> {
    const done = await this.toasting.attempt(() => this.api.invoke(changeRetention, { body: { values } }));
    if (!done) return;
    this.typed.set({});
    this.found.reload();
    this.toasting.show(this.kept().saved, before === null ? undefined : () => this.change(before, null));
  }
}
