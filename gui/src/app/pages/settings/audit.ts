import { ChangeDetectionStrategy, Component, computed, inject } from '@angular/core';

import { Api } from '../../../api/api';
import { audit } from '../../../api/functions';
import { Audited } from '../../../api/models';
import { Filters } from '../../core/filters';
import { Language } from '../../core/language';
import { Figure, Table } from '../../ui/figure';
import { Listing } from '../../ui/listing';
import { load } from '../../ui/load';
import { WORDS } from './words';

/** What was changed, by whom; recipients stand there by their hash. */
@Component({
  selector: 'pb-audit',
  imports: [Figure, Listing],
  templateUrl: './audit.html',
  styleUrl: './parts.scss',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class Audit {
  private readonly api = inject(Api);
  protected readonly filters = inject(Filters);
  protected readonly language = inject(Language);
  protected readonly own = this.language.of(WORDS);
  protected readonly before = computed(() => Number(this.filters.all()['before']) || null);
  protected readonly changes = load(() => this.api.invoke(audit, { limit: 100, before: this.before() }));
  protected readonly table = computed<Table>(() => {
    const own = this.own();
    return {
      columns: [own.time, own.who, own.action, own.subject],
      rows: (this.changes.value()?.items ?? []).map((each) => [each.time, each.by, each.action, this.subjectOf(each)]),
    };
  });

  protected subjectOf({ subject, details }: Audited): string {
    const told = Object.entries(details)
      .filter(([, value]) => value !== null && value !== false && value !== '')
      .map(([name, value]) => `${this.own().audited.details[name] ?? name}: ${this.written(name, value)}`);
    return [subject, ...told].filter((each) => each !== '').join(', ');
  }

  /** `source.create` in words, by what was done to what. */
  protected actionOf({ action }: Audited): string {
    const [thing = '', deed = ''] = action.split('.');
    const { things, deeds } = this.own().audited;
    return things[thing] && deeds[deed] ? `${things[thing]}: ${deeds[deed]}` : action;
  }

  private written(name: string, value: unknown): string {
    if (name === 'expires' && typeof value === 'number') return this.language.minute(1000 * value);
    if (value === true) return this.own().audited.yes;
    return typeof value === 'object' ? JSON.stringify(value) : String(value);
  }
}
