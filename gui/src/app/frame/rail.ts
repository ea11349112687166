import { ChangeDetectionStrategy, Component, computed, inject, model, signal } from '@angular/core';
import { RouterLink, RouterLinkActive } from '@angular/router';

import { Language } from '../core/language';
import { Session } from '../core/session';
import { Icon } from '../ui/icon';
import { PAGES } from './pages';

/** The left rail: icons and words, or icons alone. On a phone it lies at the bottom. */
@Component({
  selector: 'pb-rail',
  imports: [RouterLink, RouterLinkActive, Icon],
  templateUrl: './rail.html',
  styleUrl: './rail.scss',
  host: { '[class.narrow]': 'narrow()' },
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class Rail {
  readonly narrow = model(false);
  /** On a phone: all pages are shown, not the first four alone. */
  protected readonly unfolded = signal(false);
  protected readonly words = inject(Language).words;
  private readonly session = inject(Session);
  protected readonly pages = computed(() => PAGES.filter((page) => this.session.may(page.scope)));
}
