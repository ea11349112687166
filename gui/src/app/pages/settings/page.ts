import { ChangeDetectionStrategy, Component, inject } from '@angular/core';

import { Language } from '../../core/language';
import { Sections, parts } from '../../ui/sections';
import { AlarmLimits } from './alarm-limits';
import { Audit } from './audit';
import { Costs } from './costs';
import { PolicyInForce } from './policies';
import { Providers } from './providers';
import { Retention } from './retention';
import { Review } from './review';
import { SingleSignOn } from './sign-on';
import { StreamKinds } from './streams';
import { Users } from './users';
import { WORDS } from './words';

/** Parts of the settings, and the scope that each needs. */
const PARTS = {
  users: 'admin',
  'sign-on': 'admin',
  review: 'read',
  streams: 'read',
  providers: 'read',
  policies: 'read',
  alarms: 'read',
  retention: 'read',
  cost: 'read',
  audit: 'admin',
};

/** Who may do what, how mail is judged and kept, what it costs, and what was changed. */
@Component({
  selector: 'pb-settings',
  imports: [
    AlarmLimits,
    Audit,
    Costs,
    PolicyInForce,
    Providers,
    Retention,
    Review,
    Sections,
    SingleSignOn,
    StreamKinds,
    Users,
  ],
  templateUrl: './page.html',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class Page {
  private readonly language = inject(Language);
  protected readonly words = this.language.words;
  protected readonly own = this.language.of(WORDS);
  protected readonly parts = parts(PARTS, () => this.own().sections);
}
