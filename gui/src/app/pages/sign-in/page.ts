import { ChangeDetectionStrategy, Component, inject, input, signal } from '@angular/core';
import { Router } from '@angular/router';

import { Language } from '../../core/language';
import { problemOf } from '../../core/problem';
import { Session } from '../../core/session';
import { Door } from '../../ui/door';

@Component({
  selector: 'pb-sign-in',
  imports: [Door],
  templateUrl: './page.html',
  styleUrl: './page.scss',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class Page {
  /** Where to go afterwards: a path of this GUI. */
  readonly to = input<string>();
  private readonly session = inject(Session);
  private readonly router = inject(Router);
  private readonly language = inject(Language);
  protected readonly words = this.language.words;
  protected readonly wrong = signal('');
  protected readonly busy = signal(false);

  protected async submit(event: Event): Promise<void> {
    event.preventDefault();
    const form = new FormData(event.target as HTMLFormElement);
    this.busy.set(true);
    this.wrong.set('');
    try {
      await this.session.signIn(String(form.get('name')).trim(), String(form.get('password')));
      const to = this.to() ?? '';
      await this.router.navigateByUrl(/^\/(?![/\\])/.test(to) ? to : '/dashboard');
    } catch (error) {
      const problem = problemOf(error);
      const words = this.words().signIn;
      this.wrong.set(
        problem.status === 401 ? words.wrong : problem.status === 0 ? words.unreachable : this.language.said(problem),
      );
    } finally {
      this.busy.set(false);
    }
  }
}
