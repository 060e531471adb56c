import { regionalEndpoint } from './regional-endpoint';

export const defaultEndpointResolver = regionalEndpoint('execute-api');
