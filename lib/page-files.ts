import { Stack } from 'aws-cdk-lib';
import { type ISource, Source } from 'aws-cdk-lib/aws-s3-deployment';
import type { Construct } from 'constructs';
import { type PagePart, pageFolder } from './artifacts';

/** Where nobody asks for the code (`cdk list`, tests of the template), nothing is built, as with the Lambdas. */
export function pageFiles(scope: Construct, part: PagePart): ISource {
  return Stack.of(scope).bundlingRequired ? Source.asset(pageFolder(part)) : Source.data('index.html', 'Not built.');
}
