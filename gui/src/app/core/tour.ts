import { Injectable, effect, signal } from '@angular/core';

import { kept } from './appearance';

/** Whether the tour is shown in this browser: until it was gone through or dismissed, and when it is asked for. */
@Injectable({ providedIn: 'root' })
export class TourState {
  private readonly kept = signal(kept('tour', ['done', 'wanted'], 'wanted'));
  readonly step = signal(0);
  /** It waits while the first steps are shown. */
  readonly waits = signal(false);
  readonly isShown = (): boolean => this.kept() === 'wanted' && !this.waits();

  constructor() {
    effect(() => localStorage.setItem('tour', this.kept()));
  }

  begin(): void {
    this.step.set(0);
    this.kept.set('wanted');
  }

  end(): void {
    this.kept.set('done');
  }
}
