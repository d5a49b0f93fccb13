import peersim.cdsim.CDProtocol;
import peersim.config.FastConfig;
import peersim.core.CommonState;
import peersim.core.Linkable;
import peersim.core.Node;
import peersim.vector.SingleValueHolder;

/** A node calls a neighbour drawn at random, and both take the mean of what they hold. */
public class PushPullAverage extends SingleValueHolder implements CDProtocol {
	public PushPullAverage(String prefix) {
		super(prefix);
	}

	public void nextCycle(Node node, int protocol) {
		Linkable neighbours = (Linkable) node.getProtocol(FastConfig.getLinkable(protocol));
		Node called = neighbours.getNeighbor(CommonState.r.nextInt(neighbours.degree()));
		if (!called.isUp()) return;
		PushPullAverage other = (PushPullAverage) called.getProtocol(protocol);
		double mean = (value + other.value) / 2;
		value = mean;
		other.value = mean;
	}
}
