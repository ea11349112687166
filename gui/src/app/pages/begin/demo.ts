import { ChangeDetectionStrategy, Component, inject, signal } from '@angular/core';

import { Api } from '../../../api/api';
import { loadDemo } from '../../../api/functions';
import { BeginState } from '../../core/begin';
import { Language } from '../../core/language';
import { Session } from '../../core/session';
import { Toasting } from '../../core/toasting';
import { Copied } from '../../ui/copied';
import { WORDS } from './words';

/** A simulated month to look around in: here, or in a folder of its own. */
@Component({
  selector: 'pb-begin-demo',
  imports: [Copied],
  template: `<h3>{{ own().orDemo }}</h3>
    @if (session.may('admin')) {
      <div class="demo">
        <button class="button" type="button" [disabled]="isLoading()" (click)="load()">
          {{ words().dashboard.demoHere }}
        </button>
        <p class="quiet">{{ isLoading() ? words().dashboard.demoComes : words().dashboard.demoHint }}</p>
      </div>
    }
    <pb-copied text="prellbock --data demo-data demo --serve" [label]="words().dashboard.emptyDemo" />`,
  styles: `
    :host {
      display: grid;
      grid-template-columns: minmax(0, 1fr);
      gap: 10px;
      padding-top: 16px;
      border-top: 1px solid var(--line);
    }
    .demo {
      display: grid;
      grid-template-columns: auto 1fr;
      gap: 16px;
      align-items: center;
    }
    @media (max-width: 760px) {
      .demo {
        grid-template-columns: minmax(0, 1fr);
      }
    }
  `,
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class Demo {
  private readonly api = inject(Api);
  private readonly toasting = inject(Toasting);
  private readonly state = inject(BeginState);
  protected readonly session = inject(Session);
  private readonly language = inject(Language);
  protected readonly words = this.language.words;
  protected readonly own = this.language.of(WORDS);
  protected readonly isLoading = signal(false);

  protected async load(): Promise<void> {
    this.isLoading.set(true);
    if (await this.toasting.attempt(() => this.api.invoke(loadDemo))) {
      this.toasting.show(this.words().dashboard.demoComes);
      this.state.finish();
    } else {
      this.isLoading.set(false);
    }
  }
}
