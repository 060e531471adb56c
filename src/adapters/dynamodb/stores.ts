/**
 * The stores by the names of their ports, and of some the part that only reads. A Lambda imports those that its operation uses, and its
 * bundle has no other.
 */
export { accountsOn as accounts } from './accounts';
export { blocksOn as blocks } from './blocks';
export { connectionsOn as connections } from './connections';
export { friendListsOn as friendLists } from './friend-lists';
export { friendsOn as friends } from './friends';
export { groupListsOn as groupLists } from './group-lists';
export { groupsOn as groups } from './groups';
export { inboxListsOn as inboxLists } from './inbox-lists';
export { inboxesOn as inboxes } from './inboxes';
export { logOn as log } from './log';
export { loginAttemptsOn as attempts } from './login-attempts';
export { presenceOn as presence } from './presence';
