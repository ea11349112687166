import { signal } from '@angular/core';

/** How many answers of the server are being waited for. */
export const waiting = signal(0);
