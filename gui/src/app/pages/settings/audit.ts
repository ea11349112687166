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
    const told = Object.entries(details).map(([name, value]) => `${name}: ${String(value)}`);
    return [subject, ...told].filter((each) => each !== '').join(', ');
  }
}
