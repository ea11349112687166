import { ChangeDetectionStrategy, Component, inject, signal } from '@angular/core';

import { Api } from '../../../api/api';
import { addUser, changeUser, listUsers } from '../../../api/functions';
import { AuthUsersShown, Change } from '../../../api/models';
import { Language } from '../../core/language';
import { Session } from '../../core/session';
import { Toasting } from '../../core/toasting';
import { Copied } from '../../ui/copied';
import { Icon } from '../../ui/icon';
import { Listing, paged } from '../../ui/listing';
import { load } from '../../ui/load';
import { WORDS } from './words';

type Role = AuthUsersShown['role'];

/** Who may sign in, and as what. Nobody chooses another's password: who is new gets a link. */
@Component({
  selector: 'pb-users',
  imports: [Copied, Icon, Listing],
  templateUrl: './users.html',
  styleUrl: './parts.scss',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class Users {
  private readonly api = inject(Api);
  private readonly toasting = inject(Toasting);
  private readonly session = inject(Session);
  protected readonly language = inject(Language);
  protected readonly words = this.language.words;
  protected readonly own = this.language.of(WORDS);
  protected readonly roles: readonly Role[] = ['viewer', 'editor', 'publisher', 'admin'];
  protected readonly users = load(() => this.api.invoke(listUsers));
  protected readonly page = paged(this.users);
  /** Of whom a link was made just now: it is shown this once. */
  protected readonly link = signal<{ name: string; link: string } | null>(null);

  protected isMe(name: string): boolean {
    return this.session.user()?.name === name;
  }

  protected async add(event: Event): Promise<void> {
    event.preventDefault();
    const form = event.target as HTMLFormElement;
    const given = new FormData(form);
    const [name, role] = [String(given.get('name')).trim(), given.get('role') as Role];
    await this.toasting.attempt(async () => {
      this.told(await this.api.invoke(addUser, { body: { name, role } }));
      form.reset();
    });
  }

  protected renew(name: string): Promise<boolean> {
    return this.toasting.attempt(async () => this.told(await this.change(name, { link: true })));
  }

  protected async lock(name: string, disabled: boolean): Promise<void> {
    const own = this.own();
    if (await this.toasting.attempt(() => this.change(name, { disabled }))) {
      this.toasting.show(disabled ? own.locked(name) : own.unlocked(name), () => this.lock(name, !disabled));
    }
  }

  protected async setRole(name: string, before: Role, role: Role): Promise<void> {
    const told = this.own().roleIs(name, this.words().frame.roles[role] ?? role);
    if (await this.toasting.attempt(() => this.change(name, { role }))) {
      this.toasting.show(told, () => this.setRole(name, role, before));
    } else {
      this.users.reload();
    }
  }

  private async change(name: string, body: Change): Promise<AuthUsersShown> {
    const changed = await this.api.invoke(changeUser, { name, body });
    this.users.reload();
    return changed;
  }

  private told(user: AuthUsersShown): void {
    if (user.link) this.link.set({ name: user.name, link: `${location.origin}${user.link}` });
    this.users.reload();
  }
}
