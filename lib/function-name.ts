import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';

/** A function of `ChatApi`: a route's by its route key, a task's by its name. */
export type FunctionName =
  | '$connect'
  | '$disconnect'
  | '$default'
  | 'reg'
  | 'login'
  | 'logout'
  | 'passwd'
  | 'ping'
  | 'chat'
  | 'history'
  | 'sync'
  | 'ack'
  | 'typing'
  | 'createGroup'
  | 'joinGroup'
  | 'leaveGroup'
  | 'members'
  | 'block'
  | 'presence'
  | 'devices'
  | 'addFriend'
  | 'removeFriend'
  | 'sweep'
  | 'announce'
  | 'fan-out';

export type ChatFunctions = Readonly<Record<FunctionName, LambdaFunction>>;
