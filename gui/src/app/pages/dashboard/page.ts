import { ChangeDetectionStrategy, Component } from '@angular/core';

@Component({ selector: 'pb-dashboard', template: '', changeDetection: ChangeDetectionStrategy.OnPush })
export class Page {}
