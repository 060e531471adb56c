import { dynamoDbLocal } from '../tooling/engines';
import { storesContract } from './stores.contract';

storesContract(dynamoDbLocal);
