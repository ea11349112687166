import { ChangeDetectionStrategy, Component, computed, inject } from '@angular/core';
import { RouterLink } from '@angular/router';

import { Language } from '../../core/language';
import { Figure, Table } from '../../ui/figure';
import { Icon } from '../../ui/icon';
import { Rows } from '../../ui/rows';
import { Spark } from '../../ui/spark';
import { State } from '../../ui/state';
import { StreamRow } from './figures';
import { DashboardStore } from './store';
import { CSA_LIMIT } from './tiles';

/** The kinds of mail: how each was received. */
@Component({
  selector: 'pb-streams',
  imports: [Figure, Icon, RouterLink, Rows, Spark, State],
  templateUrl: './streams.html',
  styleUrl: './lists.scss',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class Streams {
  protected readonly store = inject(DashboardStore);
  protected readonly language = inject(Language);
  protected readonly words = this.language.words;
  protected readonly rows = computed(() => this.store.streams());

  /** Messages that failed for good: counted once each, which sums of events cannot tell. */
  private readonly tallies = this.store.byStreamTallied;

  protected rate(row: StreamRow): string {
    const final = row.delivered + row.bounced;
    return this.language.percent(final ? row.bounced / final : null);
  }

  protected baseOf(row: StreamRow): string {
    return this.words().dashboard.base(
      this.language.number(row.bounced),
      this.language.number(row.delivered + row.bounced),
    );
  }

  private hard(row: StreamRow): number | null {
    const tally = this.tallies().get(row.stream);
    return tally?.final ? (tally.hard ?? 0) / tally.final : null;
  }

  protected hardRate(row: StreamRow): string {
    return this.language.percent(this.hard(row));
  }

  protected hardOf(row: StreamRow): string {
    const tally = this.tallies().get(row.stream);
    return tally
      ? this.words().dashboard.base(this.language.number(tally.hard ?? 0), this.language.number(tally.final ?? 0))
      : '';
  }

  protected isOver(row: StreamRow): boolean {
    return (this.hard(row) ?? 0) > CSA_LIMIT;
  }

  protected readonly table = computed<Table>(() => {
    const { dashboard: words, outcomes } = this.words();
    return {
      columns: [
        words.stream,
        words.sent,
        outcomes['delivered'] ?? '',
        outcomes['deferred'] ?? '',
        outcomes['bounced'] ?? '',
        words.hard,
        words.final,
      ],
      rows: this.rows().map((row) => [
        row.stream,
        row.events,
        row.delivered,
        row.deferred,
        row.bounced,
        this.tallies().get(row.stream)?.hard ?? null,
        this.tallies().get(row.stream)?.final ?? null,
      ]),
    };
  });
}
