import {
  ChangeDetectionStrategy,
  Component,
  DestroyRef,
  ElementRef,
  computed,
  inject,
  output,
  viewChild,
} from '@angular/core';
import { toSignal } from '@angular/core/rxjs-interop';
import { NavigationEnd, Router } from '@angular/router';
import { filter } from 'rxjs';

import { Appearance } from '../core/appearance';
import { FilterChips } from './filter-chips';
import { Keys } from '../core/keys';
import { Language } from '../core/language';
import { Session } from '../core/session';
import { HelpLink } from '../ui/help-link';
import { Icon } from '../ui/icon';
import { PAGES } from './pages';
import { destinations } from './search';

/** Search, filters, and the user's own settings. */
@Component({
  selector: 'pb-top-bar',
  imports: [Icon, FilterChips, HelpLink],
  templateUrl: './top-bar.html',
  styleUrl: './top-bar.scss',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class TopBar {
  readonly commands = output();
  private readonly router = inject(Router);
  protected readonly language = inject(Language);
  protected readonly appearance = inject(Appearance);
  protected readonly session = inject(Session);
  protected readonly words = this.language.words;
  protected readonly role = computed(() => {
    const user = this.session.user();
    return user ? (this.words().frame.roles[user.role ?? user.kind] ?? '') : '';
  });
  private readonly moved = toSignal(this.router.events.pipe(filter((event) => event instanceof NavigationEnd)));
  /** The page that is shown. */
  protected readonly page = computed(() => {
    this.moved();
    const path = this.router.url.split('?')[0];
    return PAGES.find((page) => page.path === path) ?? null;
  });
  protected readonly chips = computed(() => this.page()?.filters ?? []);
  private readonly field = viewChild.required<ElementRef<HTMLInputElement>>('field');

  constructor() {
    inject(Keys).on('/', () => this.field().nativeElement.focus(), inject(DestroyRef));
  }

  protected search(event: Event): void {
    event.preventDefault();
    const field = this.field().nativeElement;
    const [first] = destinations(field.value.trim(), this.words());
    if (first && field.value.trim()) {
      field.value = '';
      field.blur();
      void this.router.navigate(first.path, { queryParams: first.params });
    }
  }

  protected async leave(): Promise<void> {
    await this.session.signOut();
    await this.router.navigate(['/sign-in']);
  }
}
