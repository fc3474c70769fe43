import type { OwnedRow } from '../store/owned-rows.ts';

export type HttpMethod = 'GET' | 'POST';

export const scanChoices = ['inherit', 'enable', 'disable'] as const;
export const usecases = [
  'notifications',
  'marketing',
  'verification',
  'discussion',
  'poll',
  'undeclared',
] as const;

/** What a tenant configures of a Messaging Service (https://www.twilio.com/docs/messaging/api/service-resource). */
export interface ServiceConfig {
  readonly friendlyName: string;
  /** '' for none, like all URLs here. */
  readonly inboundRequestUrl: string;
  readonly inboundMethod: HttpMethod;
  readonly fallbackUrl: string;
  readonly fallbackMethod: HttpMethod;
  readonly statusCallback: string;
  readonly stickySender: boolean;
  readonly mmsConverter: boolean;
  readonly smartEncoding: boolean;
  readonly scanMessageContent: (typeof scanChoices)[number];
  readonly fallbackToLongCode: boolean;
  readonly areaCodeGeomatch: boolean;
  readonly synchronousValidation: boolean;
  readonly validityPeriodSeconds: number;
  readonly usecase: (typeof usecases)[number];
  readonly useInboundWebhookOnNumber: boolean;
}

export interface MessagingService extends OwnedRow, ServiceConfig {
  readonly createdMs: number;
  readonly updatedMs: number;
}

export const validityPeriodMaxSeconds = 36_000;

/** A service on the day it is made. */
export const newServiceConfig: ServiceConfig = {
  friendlyName: '',
  inboundRequestUrl: '',
  inboundMethod: 'POST',
  fallbackUrl: '',
  fallbackMethod: 'POST',
  statusCallback: '',
  stickySender: true,
  mmsConverter: true,
  smartEncoding: true,
  scanMessageContent: 'inherit',
  fallbackToLongCode: true,
  areaCodeGeomatch: true,
  synchronousValidation: false,
  validityPeriodSeconds: validityPeriodMaxSeconds,
  usecase: 'undeclared',
  useInboundWebhookOnNumber: false,
};
