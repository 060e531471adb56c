import { dynoxide } from '../tooling/engines';
import { storesContract } from './stores.contract';

storesContract(dynoxide);
