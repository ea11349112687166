import { ChangeDetectionStrategy, Component, computed, inject } from '@angular/core';
import { RouterLink } from '@angular/router';

import { Api } from '../../../api/api';
import { readPolicy } from '../../../api/functions';
import { Language } from '../../core/language';
import { load } from '../../ui/load';
import { State } from '../../ui/state';
import { WORDS as POLICY_WORDS } from '../policies/words';
import { WORDS } from './words';

/** The policy in force, and where it is changed. */
@Component({
  selector: 'pb-policy-in-force',
  imports: [RouterLink, State],
  template: `<section class="panel">
    <header>
      <h2>{{ own().sections['policies'] }}</h2>
      <a class="button small" routerLink="/policies">{{ own().changePolicy }}</a>
    </header>
    <div class="body">
      <p class="quiet prose">{{ own().policyHint }}</p>
      <pb-state [of]="policy" [lines]="3" />
      @if (policy.value(); as found) {
        <dl class="facts">
          <dt>{{ own().inForce }}</dt>
          <dd>{{ found.name }}</dd>
          <dt>{{ own().version }}</dt>
          <dd class="mono">{{ found.version }}</dd>
          <dt>{{ own().historyRules }}</dt>
          <dd>{{ language.number(found.rules?.length ?? 0) }}</dd>
          <dt>{{ own().probe }}</dt>
          <dd>{{ found.probe_hours ? own().hours(language.number(found.probe_hours)) : '–' }}</dd>
        </dl>
        @if (found.description) {
          <p class="prose">{{ descriptions()[found.name ?? ''] ?? found.description }}</p>
        }
        <a routerLink="/settings" [queryParams]="{ section: 'streams' }">{{ own().toStreams }}</a>
      }
    </div>
  </section>`,
  styleUrl: './parts.scss',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class PolicyInForce {
  private readonly api = inject(Api);
  protected readonly language = inject(Language);
  protected readonly own = this.language.of(WORDS);
  private readonly ofPolicies = this.language.of(POLICY_WORDS);
  protected readonly descriptions = computed(() => this.ofPolicies().descriptions as Record<string, string>);
  protected readonly policy = load(() => this.api.invoke(readPolicy, { name: 'in-force' }));
}
