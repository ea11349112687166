import { ChangeDetectionStrategy, Component, inject } from '@angular/core';
import { RouterLink } from '@angular/router';

import { Api } from '../../../api/api';
import { readPolicy } from '../../../api/functions';
import { Language } from '../../core/language';
import { load } from '../../ui/load';
import { State } from '../../ui/state';
import { WORDS } from './words';

/** Which streams are critical and which are marketing, as the policy in force says. */
@Component({
  selector: 'pb-stream-kinds',
  imports: [RouterLink, State],
  template: `<section class="panel">
    <header>
      <h2>{{ own().sections['streams'] }}</h2>
      <a class="button small" routerLink="/policies">{{ own().changePolicy }}</a>
    </header>
    <div class="body">
      <p class="quiet prose">{{ own().streamsHint }}</p>
      <pb-state [of]="policy" [lines]="3" />
      @if (policy.value(); as found) {
        <h3>{{ own().critical }}</h3>
        <div class="kinds">
          @for (name of found.critical_streams ?? []; track name) {
            <span class="tag">{{ name }}</span>
          }
        </div>
        <h3>{{ own().marketing }}</h3>
        <div class="kinds">
          @for (name of found.marketing_streams ?? []; track name) {
            <span class="tag">{{ name }}</span>
          }
        </div>
      }
    </div>
  </section>`,
  styleUrl: './parts.scss',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class StreamKinds {
  private readonly api = inject(Api);
  protected readonly own = inject(Language).of(WORDS);
  protected readonly policy = load(() => this.api.invoke(readPolicy, { name: 'in-force' }));
}
