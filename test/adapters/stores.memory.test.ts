import { storesContract } from './stores.contract';
import { memory } from './subjects';

storesContract(memory);
