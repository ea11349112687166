import { ChangeDetectionStrategy, Component, computed, inject, signal } from '@angular/core';

import { Api } from '../../../api/api';
import { signOn, testSignOn } from '../../../api/functions';
import { SignOnTested } from '../../../api/models';
import { Language } from '../../core/language';
import { Toasting } from '../../core/toasting';
import { Copied } from '../../ui/copied';
import { load } from '../../ui/load';
import { Standing } from '../../ui/standing';
import { State } from '../../ui/state';
import { WORDS } from './words';

/** What stands in the file of the server, as an example. */
const EXAMPLE = `[oidc]
issuer = "https://id.example.com/realms/staff"
client_id = "prellbock"
client_secret_file = "/run/secrets/oidc"
roles = { deliverability = "publisher", support = "editor" }
default_role = "viewer"`;

/** Single sign-on: how it is configured, whether the provider answers, which groups are which roles. */
@Component({
  selector: 'pb-sign-on',
  imports: [Copied, Standing, State],
  templateUrl: './sign-on.html',
  styleUrl: './parts.scss',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class SingleSignOn {
  private readonly api = inject(Api);
  private readonly toasting = inject(Toasting);
  protected readonly language = inject(Language);
  protected readonly words = this.language.words;
  protected readonly own = this.language.of(WORDS);
  protected readonly example = EXAMPLE;
  protected readonly found = load(() => this.api.invoke(signOn));
  protected readonly roles = computed(() => Object.entries(this.found.value()?.roles ?? {}));
  protected readonly tested = signal<SignOnTested | null>(null);

  protected async test(): Promise<void> {
    this.tested.set(null);
    await this.toasting.attempt(async () => this.tested.set(await this.api.invoke(testSignOn)));
  }
}
