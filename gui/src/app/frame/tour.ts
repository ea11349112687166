import { ChangeDetectionStrategy, Component, computed, inject } from '@angular/core';
import { Router } from '@angular/router';

import { Language } from '../core/language';
import { TourState } from '../core/tour';

const STEPS = ['dashboard', 'templates', 'rules', 'recipients', 'incidents'] as const;

/** Five pages in a sentence each, at the edge of the window. Once dismissed, it never comes back by itself. */
@Component({
  selector: 'pb-tour',
  template: `@if (tour.isShown()) {
    <aside class="panel" [attr.aria-label]="words().tour.title">
      <p class="quiet">{{ words().tour.title }} {{ tour.step() + 1 }}/{{ steps.length }}</p>
      <h2>{{ words().pages[step()] }}</h2>
      <p>{{ words().tour.steps[step()] }}</p>
      <div class="row">
        <button class="button primary" type="button" (click)="next()">
          {{ isLast() ? words().tour.finish : words().tour.next }}
        </button>
        <button class="button bare" type="button" (click)="tour.end()">{{ words().tour.never }}</button>
      </div>
    </aside>
  }`,
  styles: `
    aside {
      position: fixed;
      inset: auto 16px 16px auto;
      z-index: 32;
      display: grid;
      gap: 8px;
      width: min(340px, calc(100vw - 32px));
      padding: 16px;
      border-color: var(--line-strong);
      box-shadow: var(--shadow);
    }
    @media (max-width: 760px) {
      aside {
        inset: auto 8px 66px;
        width: auto;
      }
    }
    @media print {
      aside {
        display: none;
      }
    }
  `,
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class Tour {
  private readonly router = inject(Router);
  protected readonly tour = inject(TourState);
  protected readonly words = inject(Language).words;
  protected readonly steps = STEPS;
  protected readonly step = computed(() => STEPS[this.tour.step()] ?? 'dashboard');
  protected readonly isLast = computed(() => this.tour.step() === STEPS.length - 1);

  protected next(): void {
    if (this.isLast()) {
      this.tour.end();
      return;
    }
    this.tour.step.update((step) => step + 1);
    void this.router.navigate(['/', this.step()], { queryParamsHandling: 'preserve' });
  }
}
