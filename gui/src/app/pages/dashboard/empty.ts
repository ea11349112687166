import { ChangeDetectionStrategy, Component, inject } from '@angular/core';

import { BeginState } from '../../core/begin';
import { Language } from '../../core/language';

/** An empty store whose first steps were put away: the way back to them. */
@Component({
  selector: 'pb-empty-store',
  template: `<section class="panel">
    <h2>{{ words().dashboard.emptyTitle }}</h2>
    <p class="prose">{{ words().dashboard.emptyIntro }}</p>
    <button class="button primary" type="button" (click)="begin.reopen()">{{ words().dashboard.firstSteps }}</button>
  </section>`,
  styles: `
    section {
      display: grid;
      grid-template-columns: minmax(0, 1fr);
      gap: 12px;
      justify-items: start;
      max-width: 760px;
      margin: 32px auto;
      padding: 24px;
    }
    h2 {
      font-size: 20px;
      line-height: 28px;
    }
  `,
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class EmptyStore {
  protected readonly begin = inject(BeginState);
  protected readonly words = inject(Language).words;
}
