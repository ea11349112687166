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
import { Router } from '@angular/router';

import { Appearance } from '../core/appearance';
import { FilterChips } from './filter-chips';
import { Keys } from '../core/keys';
import { Language } from '../core/language';
import { Session } from '../core/session';
import { Icon } from '../ui/icon';
import { destinations } from './search';

/** Search, filters, and the user's own settings. */
@Component({
  selector: 'pb-top-bar',
  imports: [Icon, FilterChips],
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
