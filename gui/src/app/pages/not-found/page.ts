import { ChangeDetectionStrategy, Component, inject } from '@angular/core';
import { RouterLink } from '@angular/router';

import { Language } from '../../core/language';

@Component({
  selector: 'pb-not-found',
  imports: [RouterLink],
  template: `<div class="center">
    <h1>{{ words().pages.notFound }}</h1>
    <a class="button" routerLink="/dashboard">{{ words().frame.goTo(words().pages.dashboard) }}</a>
  </div>`,
  styles: `
    .center {
      display: grid;
      place-content: center;
      justify-items: center;
      gap: 16px;
      min-height: 60vh;
    }
  `,
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class Page {
  protected readonly words = inject(Language).words;
}
