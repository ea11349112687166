import { ChangeDetectionStrategy, Component, computed, inject, input, signal } from '@angular/core';
import { Router } from '@angular/router';

import { Api } from '../../../api/api';
import { acceptInvitation, invitation } from '../../../api/functions';
import { Language } from '../../core/language';
import { problemOf } from '../../core/problem';
import { Session } from '../../core/session';
import { Door } from '../../ui/door';
import { load } from '../../ui/load';

/** Where a one-time link leads: whoever holds it chooses a password. */
@Component({
  selector: 'pb-welcome',
  imports: [Door],
  templateUrl: './page.html',
  styleUrl: './page.scss',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class Page {
  readonly key = input('');
  private readonly api = inject(Api);
  private readonly session = inject(Session);
  private readonly router = inject(Router);
  private readonly language = inject(Language);
  protected readonly words = this.language.words;
  protected readonly wrong = signal('');
  protected readonly invited = load(() => this.api.invoke(invitation, { key: this.key() }));
  protected readonly role = computed(() => {
    const role = this.invited.value()?.role ?? '';
    return this.words().frame.roles[role] ?? role;
  });

  protected async submit(event: Event): Promise<void> {
    event.preventDefault();
    const form = new FormData(event.target as HTMLFormElement);
    const name = String(form.get('name')).trim();
    const password = String(form.get('password'));
    this.wrong.set('');
    try {
      await this.api.invoke(acceptInvitation, { body: { key: this.key(), name, password } });
      await this.session.signIn(name, password);
      await this.router.navigateByUrl('/dashboard');
    } catch (error) {
      this.wrong.set(this.language.said(problemOf(error)));
    }
  }
}
