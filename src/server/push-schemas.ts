// The shape of a browser that takes messages.

import { Type } from 'typebox';
import * as S from './schemas.ts';

export const SubscriptionJson = Type.Object({
  id: Type.String(),
  agent: Type.String({ description: 'which browser, in its own words' }),
  endpoint: Type.String({ description: 'by it a browser knows which one is its own' }),
  createdAt: S.Time,
});
