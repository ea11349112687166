import { HttpErrorResponse, HttpInterceptorFn } from '@angular/common/http';
import { Injector, inject } from '@angular/core';
import { Router } from '@angular/router';
import { catchError, throwError } from 'rxjs';

import { Session } from './session';

/**
 * Sends the token against forged requests, and leads to the door when the session has ended.
 *
 * Who was about to change something stays where they are, so that nothing they wrote is lost.
 */
export const guarded: HttpInterceptorFn = (request, next) => {
  const injector = inject(Injector);
  const csrf = request.method === 'GET' ? null : injector.get(Session).csrf();
  const sent = csrf === null ? request : request.clone({ setHeaders: { 'X-CSRF-Token': csrf } });
  return next(sent).pipe(
    catchError((error: unknown) => {
      const session = injector.get(Session);
      if (error instanceof HttpErrorResponse && error.status === 401 && session.user() !== null) {
        if (request.method !== 'GET') {
          session.renewed();
          return throwError(() => error);
        }
        session.ended();
        const router = injector.get(Router);
        void router.navigate(['/sign-in'], { queryParams: { to: router.url } });
      }
      return throwError(() => error);
    }),
  );
};
