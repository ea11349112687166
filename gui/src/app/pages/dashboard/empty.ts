import { ChangeDetectionStrategy, Component, computed, inject, signal } from '@angular/core';

import { Api } from '../../../api/api';
import { loadDemo } from '../../../api/functions';
import { Language } from '../../core/language';
import { Session } from '../../core/session';
import { Toasting } from '../../core/toasting';
import { Copied } from '../../ui/copied';

/** An empty store: three ways to get data in, each one command to copy; or demo data, to look around. */
@Component({
  selector: 'pb-empty-store',
  imports: [Copied],
  templateUrl: './empty.html',
  styleUrl: './empty.scss',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class EmptyStore {
  private readonly api = inject(Api);
  private readonly toasting = inject(Toasting);
  protected readonly session = inject(Session);
  protected readonly words = inject(Language).words;
  protected readonly isLoading = signal(false);
  protected readonly ways = computed(() => {
    const words = this.words().dashboard;
    return [
      { name: words.emptyFile, command: 'prellbock ingest ~/Maildir/bounces events.ndjson bounces.csv' },
      {
        name: words.emptyHttp,
        command: `curl -H "Authorization: Bearer TOKEN" ${location.origin}/v1/events -T events.ndjson -X POST`,
      },
      { name: words.emptyDemo, command: 'prellbock --data demo-data demo --serve' },
    ];
  });

  protected async loadDemo(): Promise<void> {
    this.isLoading.set(true);
    if (await this.toasting.attempt(() => this.api.invoke(loadDemo))) {
      this.toasting.show(this.words().dashboard.demoComes);
    } else {
      this.isLoading.set(false);
    }
  }
}
