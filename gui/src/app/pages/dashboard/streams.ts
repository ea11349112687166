import { ChangeDetectionStrategy, Component, computed, inject } from '@angular/core';
import { RouterLink } from '@angular/router';

import { Language } from '../../core/language';
import { csvOf, download } from '../../ui/csv';
import { Icon } from '../../ui/icon';
import { Rows } from '../../ui/rows';
import { Spark } from '../../ui/spark';
import { State } from '../../ui/state';
import { StreamRow } from './figures';
import { DashboardStore } from './store';

/** The kinds of mail: how each was received. */
@Component({
  selector: 'pb-streams',
  imports: [Icon, RouterLink, Rows, Spark, State],
  templateUrl: './streams.html',
  styleUrl: './lists.scss',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class Streams {
  protected readonly store = inject(DashboardStore);
  protected readonly language = inject(Language);
  protected readonly words = this.language.words;
  protected readonly rows = computed(() => this.store.streams());

  protected rate(row: StreamRow): string {
    const final = row.delivered + row.bounced;
    return this.language.percent(final ? row.bounced / final : null);
  }

  protected save(): void {
    const { dashboard: words, outcomes } = this.words();
    download(
      'streams.csv',
      csvOf(
        [words.stream, words.sent, outcomes['delivered'] ?? '', outcomes['deferred'] ?? '', outcomes['bounced'] ?? ''],
        this.rows().map((row) => [row.stream, row.events, row.delivered, row.deferred, row.bounced]),
      ),
    );
  }
}
