import { DOCUMENT, Injectable, computed, effect, inject, signal } from '@angular/core';

export type Theme = 'light' | 'dark' | 'system';
export type Density = 'dense' | 'comfortable';

/** Theme and density, kept in this browser. */
@Injectable({ providedIn: 'root' })
export class Appearance {
  private readonly document = inject(DOCUMENT);
  private readonly systemDark = signal(false);
  readonly theme = signal<Theme>(kept('theme', ['light', 'dark', 'system'], 'system'));
  readonly density = signal<Density>(kept('density', ['dense', 'comfortable'], 'dense'));
  readonly isDark = computed(() => this.theme() === 'dark' || (this.theme() === 'system' && this.systemDark()));

  constructor() {
    const query = this.document.defaultView?.matchMedia?.('(prefers-color-scheme: dark)');
    this.systemDark.set(query?.matches ?? false);
    query?.addEventListener('change', (event) => this.systemDark.set(event.matches));
    effect(() => {
      const root = this.document.documentElement;
      root.dataset['theme'] = this.isDark() ? 'dark' : 'light';
      root.dataset['density'] = this.density();
      localStorage.setItem('theme', this.theme());
      localStorage.setItem('density', this.density());
    });
  }
}

/** What this browser was told before, if it is one of the choices. */
export function kept<T extends string>(name: string, choices: readonly T[], usual: T): T {
  const found = localStorage.getItem(name);
  return choices.find((choice) => choice === found) ?? usual;
}
