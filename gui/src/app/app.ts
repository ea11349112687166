import { ChangeDetectionStrategy, Component, inject } from '@angular/core';
import { RouterOutlet } from '@angular/router';

import { Appearance } from './core/appearance';
import { Toasts } from './frame/toasts';

/** The root: whatever page the address names, and the messages above it. */
@Component({
  selector: 'pb-root',
  imports: [RouterOutlet, Toasts],
  template: '<router-outlet /><pb-toasts />',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class App {
  protected readonly appearance = inject(Appearance);
}
