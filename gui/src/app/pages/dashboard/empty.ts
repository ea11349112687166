import { ChangeDetectionStrategy, Component, computed, inject } from '@angular/core';

import { Language } from '../../core/language';
import { Toasting } from '../../core/toasting';
import { Icon } from '../../ui/icon';

/** An empty store: three ways to get data in, each one command to copy. */
@Component({
  selector: 'pb-empty-store',
  imports: [Icon],
  template: `
    <section class="panel">
      <h1>{{ words().dashboard.emptyTitle }}</h1>
      <p class="prose">{{ words().dashboard.emptyIntro }}</p>
      @for (way of ways(); track way.command) {
        <div class="way">
          <h2>{{ way.name }}</h2>
          <div class="command">
            <code>{{ way.command }}</code>
            <button class="button small" type="button" (click)="copy(way.command)">
              <pb-icon name="copy" /> {{ words().states.copy }}
            </button>
          </div>
        </div>
      }
    </section>
  `,
  styles: `
    section {
      display: grid;
      gap: 16px;
      max-width: 760px;
      margin: 48px auto;
      padding: 24px;
    }
    .way {
      display: grid;
      gap: 6px;
    }
    .command {
      display: flex;
      align-items: center;
      gap: 8px;
      padding: 6px 6px 6px 12px;
      border: 1px solid var(--line);
      border-radius: 4px;
      background: var(--surface);
    }
    code {
      flex: 1;
      min-width: 0;
      overflow-x: auto;
      white-space: nowrap;
    }
  `,
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class EmptyStore {
  private readonly toasting = inject(Toasting);
  protected readonly words = inject(Language).words;
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

  protected async copy(command: string): Promise<void> {
    await navigator.clipboard.writeText(command);
    this.toasting.show(this.words().states.copied);
  }
}
