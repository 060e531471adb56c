/** The stores by the names of their ports. A Lambda imports those that its operation uses, and its bundle has no other. */
export { accountsOn as accounts } from './accounts';
export { blocksOn as blocks } from './blocks';
export { connectionsOn as connections } from './connections';
export { friendsOn as friends } from './friends';
export { groupsOn as groups } from './groups';
export { inboxesOn as inboxes } from './inboxes';
export { logOn as log } from './log';
export { loginAttemptsOn as attempts } from './login-attempts';
export { presenceOn as presence } from './presence';
